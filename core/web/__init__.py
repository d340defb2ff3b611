"""HTTP: the routes of the API, and the middleware around them and the pages."""
