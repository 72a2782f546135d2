"""HTTP and the command line: pages, /api/v1, the browser source."""
