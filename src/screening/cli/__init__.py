"""The command line: `screening serve`, `demo`, `migrate`, `import`, `keys`, `openapi`."""
