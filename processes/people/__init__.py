"""People, departments, posts, roles, accounts."""
