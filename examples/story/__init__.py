"""The sample day of Lindgren Optics: who works there, what they do, and what goes wrong."""
