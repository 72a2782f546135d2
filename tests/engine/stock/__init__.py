"""The diagrams of the support table on SpiffWorkflow as it comes: where the table says that it is wrong, it must be."""
