"""What of BPMN is executed, refused or pointed out: a row for each element, each with its test. docs/bpmn-support.md is made from them."""
