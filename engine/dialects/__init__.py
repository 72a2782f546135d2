"""What other modelers write, read into the inner form: camunda, flowable, activiti attributes and spiffworkflow's decision reference."""
