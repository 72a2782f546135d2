"""What an office does with tasks besides deciding them: handing on, taking back, asking more people, telling and reminding."""
