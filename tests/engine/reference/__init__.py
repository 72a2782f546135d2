"""What BPMN says, as a token game on random block-structured diagrams: the specification that the engine is held to."""
