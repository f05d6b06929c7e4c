"""Joint operations, major events and exercises: who takes part, where, when, and who was screened in advance."""
