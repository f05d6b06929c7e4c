"""The database: PostgreSQL, our own embedded one or any other of version 15 and newer."""
