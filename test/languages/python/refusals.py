"""What would be lost without a word is refused by name."""
from aws_cdk import App, Environment, Stack, aws_codecommit as codecommit
from cdk_modular_pipeline import Component, DeploymentEnvironment, Gate, GateConfig, GatePosition, ModularPipeline, PipelineSource

ENV = Environment(account="111111111111", region="eu-west-1")


class ClassAttribute(Gate):
    """Its position never reaches the library: an attribute overrides no property there."""
    position = GatePosition.BEFORE_DEPLOY

    def bind(self, scope, options):
        return GateConfig()


class Raising(Gate):
    @property
    def position(self):
        return GatePosition.AFTER_DEPLOY

    def bind(self, scope, options):
        raise ValueError("my own gate said no")


def pipeline(*environments):
    stack = Stack(App(), "Stack", env=ENV)
    ModularPipeline(
        stack, "Pipeline",
        source=PipelineSource.code_commit(codecommit.Repository.from_repository_name(stack, "Repository", "shop"), branch="main"),
        components=[Component.template("template.yml", path="template.yml")],
        environments=list(environments),
    )


CASES = {
    "the position of gate 1": lambda: pipeline(DeploymentEnvironment(name="prod", env=ENV, gates=[ClassAttribute()])),
    "my own gate said no": lambda: pipeline(DeploymentEnvironment(name="prod", env=ENV, gates=[Raising()])),
}
for message, attempt in CASES.items():
    try:
        attempt()
    except Exception as error:
        assert message in str(error), f"{message!r} is not in {error}"
    else:
        raise AssertionError(f"nothing was refused, though {message!r} had to be")
print(f"{len(CASES)} refusals arrive in Python")
