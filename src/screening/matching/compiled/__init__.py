"""What a search does a million times, in a subset of Python that numba compiles to machine code.

Nothing here decides: the numbers come from `profile` and its neighbours as arguments (`model.Model`), the folds from
`folding`, and whoever is found is explained by `scoring.compare`, which is also what all of this is tested against.
"""
