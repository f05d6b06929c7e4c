"""The journal: every change of a record, in one order that all readers share; and files of records coming in."""
