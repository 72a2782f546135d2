"""Days and hours of the office: its clock, and which days it works."""
