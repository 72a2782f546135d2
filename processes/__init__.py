"""Process instances over the database: commands change, queries read."""
