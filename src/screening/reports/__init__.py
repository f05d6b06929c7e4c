"""Reports of operations: figures that are kept as the log grows, and can be counted again from its entries alone."""
