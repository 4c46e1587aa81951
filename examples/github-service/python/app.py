"""A service whose code is on GitHub: read through a connection, with no secret stored; a test account and a production account after it."""
from aws_cdk import App, Environment, Stack
from cdk_modular_pipeline import Component, DeploymentEnvironment, ModularPipeline, PipelineSource, SourceTrigger

app = App()
# Values of the context are in cdk.json.
context = app.node.get_context
pipeline = Environment(account=context("pipelineAccount"), region=context("region"))
prod = Environment(account=context("prodAccount"), region=context("region"))

stack = Stack(app, "GitHubServicePipeline", env=pipeline)
ModularPipeline(
    stack, "Pipeline",
    solution="github-service",
    # The connection is made once in the console, where its handshake with GitHub is completed: "Settings > Connections".
    # The doorbell: a merge is noticed within seconds.
    source=PipelineSource.git_hub(context("repository"), connection_arn=context("connectionArn"), branch="main", trigger=SourceTrigger.doorbell()),
    components=[
        Component.custom("shared", path="shared"),
        Component.lambda_zip("orders", path="orders", depends_on=["shared"], test_commands=["cp ../shared/currency.mjs src/", "node --test"], artifact_path="src"),
        Component.template("template.yml", path="template.yml"),
    ],
    environments=[
        DeploymentEnvironment(name="test", env=pipeline),
        DeploymentEnvironment(name="prod", env=prod, approval=True),
    ],
)
app.synth()
