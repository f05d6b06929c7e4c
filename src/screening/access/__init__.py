"""Who may do what: organisations, their posts, and the keys of their clients."""
