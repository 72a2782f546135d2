"""BPMN and DMN, pure: a definition, a state and a trigger in; an outcome out. The only package that knows SpiffWorkflow."""
