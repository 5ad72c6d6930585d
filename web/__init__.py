"""The Flask application: the JSON API and the explorer's pages. Import it as lattice.web."""
