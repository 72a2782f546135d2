"""Paper: what a page of A4 is drawn with, as PDF."""
