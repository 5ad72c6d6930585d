"""Files that people really give to an importer: broken, foreign, hostile, and odd but readable."""
