"""A form is data: definition, field kinds, validation, presentation. Pure."""
