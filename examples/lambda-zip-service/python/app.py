"""A small service in one account: a Lambda function from a zip, and its template. No customer-managed key, no approval."""
from aws_cdk import App, Environment, Stack, aws_codecommit as codecommit
from cdk_modular_pipeline import Component, DeploymentEnvironment, ModularPipeline, PipelineSource

app = App()
# Values of the context are in cdk.json.
env = Environment(account=app.node.get_context("account"), region=app.node.get_context("region"))

stack = Stack(app, "ServicePipeline", env=env)
ModularPipeline(
    stack, "Pipeline",
    solution="orders-service",
    source=PipelineSource.code_commit(codecommit.Repository.from_repository_name(stack, "Repository", "orders-service"), branch="main"),
    components=[
        Component.lambda_zip("orders", path="orders", exclude=["orders/**/*.md"], test_commands=["node --test"], artifact_path="src"),
        Component.template("template.yml", path="template.yml"),
    ],
    environments=[DeploymentEnvironment(name="live", env=env)],
)
app.synth()
