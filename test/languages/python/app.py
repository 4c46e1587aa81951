"""The application of ../typescript/app.ts in Python."""
import os

from aws_cdk import App, Duration, Environment, RemovalPolicy, Stack, Tags
from aws_cdk import (
    aws_cloudwatch_actions as cw_actions, aws_codebuild as codebuild, aws_codecommit as codecommit, aws_codedeploy as codedeploy,
    aws_codepipeline as codepipeline, aws_codepipeline_actions as cpactions, aws_ecr as ecr, aws_iam as iam, aws_kms as kms,
    aws_lambda as lambda_, aws_logs as logs, aws_sns as sns, aws_stepfunctions as sfn,
)
from constructs import Construct
from cdk_modular_pipeline import (
    ApprovalMode, Baseline, BuildArtifact, BuildArtifactFile, BuildProps, BuildStrategy, ChangeSetRules, Component, ComponentBindOptions, ComponentCode,
    ComponentConfig, ComponentDiscovery, ComponentFunction, DeploymentEnvironment, DeploymentsTable, DiffTable, Gate, GateBindOptions,
    GateConfig, GatePosition, LocationParameter, ModularPipeline, ModularPipelineAlarms, ModularPipelineDashboard, PackageUsers, PipelineSource,
    UnownedPaths,
)

ENV = Environment(account="111111111111", region="eu-west-1")
PROD = Environment(account="222222222222", region="eu-west-1")


class QuickStack(Stack):
    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        repository = codecommit.Repository(self, "Repository", repository_name="ml")
        ModularPipeline(
            self, "Pipeline",
            source=PipelineSource.code_commit(repository, branch="dev"),
            components=[
                Component.custom("shared", path="libs/shared"),
                Component.lambda_image("Training-Lambda-Function", path="Training-Lambda-Function", depends_on=["shared"]),
                Component.glue_job("Preprocessing-Glue-Job", path="glue/preprocessing"),
                Component.template("template.yml", path="template.yml"),
            ],
            environments=[
                DeploymentEnvironment(name="test", env=ENV),
                DeploymentEnvironment(name="prod", env=PROD, approval=True),
            ],
        )


class ManualGate(Gate):
    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    @property
    def position(self) -> GatePosition:
        return GatePosition.BEFORE_DEPLOY

    def bind(self, scope: Construct, options: GateBindOptions) -> GateConfig:
        topic = sns.Topic(scope, "Asked", display_name=f"{options.solution} {options.environment_name} {options.region}")
        return GateConfig(
            actions=[cpactions.ManualApprovalAction(
                action_name=f"Ask{options.action_name_suffix}",
                run_order=options.run_order,
                notification_topic=topic,
                additional_information=f"{self._question} {options.commit_id} {options.change_set.changes} {options.change_set.destructive} {options.stack_name} {options.outputs_namespace}",
            )],
            run_orders=1,
            change_set_rules=ChangeSetRules(allow_types=["AWS::SQS::Queue"]),
        )


class Wheel(Component):
    def __init__(self, name: str, **props) -> None:
        super().__init__(name, **props)

    def bind(self, scope: Construct, *, accounts) -> ComponentConfig:
        repository = ecr.Repository(scope, "Extra", image_tag_mutability=ecr.TagMutability.IMMUTABLE, repository_name=f"n{len(accounts)}")
        return ComponentConfig(
            kind="wheel",
            artifact=BuildArtifact.files(BuildArtifactFile(path="dist/a.whl", name="a.whl"), BuildArtifactFile(path="conf", name="conf.zip", zip=True)),
            parameters=[LocationParameter.file("WheelLocation", "a.whl")],
            build_commands=["python -m build --wheel"],
            privileged=False,
            repository=repository,
        )


class RichStack(Stack):
    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        repository = codecommit.Repository.from_repository_name(self, "Repository", "rich")
        topic = sns.Topic(self, "Approvers")
        key = kms.Key(self, "Key", enable_key_rotation=True)
        diff_table = DiffTable(self, "Diffs", encryption_key=key, removal_policy=RemovalPolicy.DESTROY, deletion_protection=False)
        deployments_table = DeploymentsTable(self, "Deployments", table_name="deployments", encryption_key=key, point_in_time_recovery=False)
        reader = iam.Role(self, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        diff_table.grant_read(reader)
        deployments_table.grant_read_write(reader)
        imported = DeploymentsTable.from_table_name(self, "Imported", "other")
        imported.grant_read(reader)
        DiffTable.from_table_arn(self, "ImportedDiffs", "arn:aws:dynamodb:eu-west-1:111111111111:table/d").grant_read(reader)
        images = ecr.Repository(self, "Images", image_tag_mutability=ecr.TagMutability.IMMUTABLE)
        machine = sfn.StateMachine(self, "Machine", definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(self, "Pass")))
        tests = Gate.integration_tests(
            commands=["./integration.sh"], outputs={"API_URL": "ApiUrl"}, reports=["reports/*.xml"],
            environment_variables={
                "LEVEL": codebuild.BuildEnvironmentVariable(value="1"),
                "TOKEN": codebuild.BuildEnvironmentVariable(type=codebuild.BuildEnvironmentVariableType.PARAMETER_STORE, value="/token"),
            },
            compute_type=codebuild.ComputeType.MEDIUM, timeout=Duration.minutes(20),
        )
        pipeline = ModularPipeline(
            self, "Pipeline",
            solution="rich",
            pipeline_name="rich-pipeline",
            source=PipelineSource.code_commit(repository, branch="main"),
            baseline=Baseline.branch("test"),
            global_paths=["package-lock.json"],
            unowned_paths=UnownedPaths.ERROR,
            trace_lockfiles=True,
            shared_packages={"esbuild": PackageUsers(builds=["zip"], tests=[])},
            diff_table=diff_table, deployments_table=deployments_table,
            encryption_key=key,
            build_strategy=BuildStrategy.fan_out(max_concurrency=10, nested_stacks=1),
            execution_mode=codepipeline.ExecutionMode.QUEUED,
            reconcile_interval=Duration.minutes(30),
            log_retention=logs.RetentionDays.ONE_MONTH,
            components=[
                Component.lambda_image("image", path="image", repository=images, dockerfile="docker/Dockerfile", build_args={"PYTHON": "3", "MIRROR": "1", "EXTRAS": "2"}, target="prod",
                                       platform="linux/arm64", depends_on=["shared"], build_image=codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0),
                Component.lambda_zip("zip", path="zip", artifact_path="dist", test_commands=["npm test"], build_commands=["npm ci", "npm run build"],
                                     environment_variables={"LEVEL": codebuild.BuildEnvironmentVariable(value="y"), "STAGE": codebuild.BuildEnvironmentVariable(value="x")}, timeout=Duration.minutes(10)),
                Component.glue_job("glue", path="glue", script="job.py", modules="modules", exclude=["glue/docs/**"]),
                Component.state_machine("machine", path="machine/definition.asl.json", test_depends_on=["zip"]),
                Component.template("template.yml", path="template.yml"),
                Component.buildspec("buildspec.yml", path="buildspec.yml", parameters=[LocationParameter.location("BuildspecLocation")]),
                Component.custom("shared", path="shared", artifact=BuildArtifact.zip("dist"),
                                 parameters=[LocationParameter.bucket("SharedBucket"), LocationParameter.key("SharedKey")],
                                 interface_paths=["shared/index.js"], compute_type=codebuild.ComputeType.LARGE),
                Wheel("wheel", path="wheel", include=["pyproject.toml"], test_packages=["mocha"]),
            ],
            environments=[
                DeploymentEnvironment(name="test", env=ENV, gates=[tests], parameters={"EnvironmentName": "test"}, tags={"environment": "test"}),
                DeploymentEnvironment(
                    name="prod", env=PROD, further_regions=["us-east-1"], regions_at_once=2, stack_name="rich-prod",
                    gates=[
                        Gate.change_set_guard(allow_types=["AWS::SNS::Topic"], allow_logical_ids=["Queue"]),
                        Gate.aws_health(services=["LAMBDA", "DYNAMODB"], max_wait=Duration.hours(2)),
                        Gate.state_machine(machine, position=GatePosition.AFTER_DEPLOY, input={"hello": "world"}),
                        ManualGate("Sure?"),
                        Gate.approval(mode=ApprovalMode.BROADENING_PERMISSIONS, topic=topic),
                        Gate.alarms(alarm_names=["errors"], bake_time=Duration.minutes(10)),
                        tests,
                    ],
                    parameters={"EnvironmentName": "prod"},
                ),
            ],
        )
        pipeline.build_role("zip").add_to_principal_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::reference/columns.csv"]))
        alarms = ModularPipelineAlarms(self, "Alarms", pipeline=pipeline, actions=[cw_actions.SnsAction(topic)], unreleased_after=Duration.hours(48))
        ModularPipelineDashboard(self, "Dashboard", pipeline=pipeline, alarms=alarms, dashboard_name="rich")
        pipeline.metric_unstarted(label="x").create_alarm(self, "Mine", threshold=5, evaluation_periods=1)
        Tags.of(self).add("count", str(len(alarms.all)))


class FoundStack(Stack):
    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        ModularPipeline(
            self, "Pipeline",
            source=PipelineSource.code_commit(codecommit.Repository.from_repository_name(self, "Repository", "found"), branch="main"),
            environments=[DeploymentEnvironment(name="test", env=ENV)],
            discovery=ComponentDiscovery.work_tree(directory=os.environ["WORKSPACE"], exclude=["infrastructure"], builds=BuildProps(test_commands=["npm test"])),
            components=[
                Component.lambda_zip("api", path="services/api", build_commands=["npm ci", "npm run build"], artifact_path="dist"),
                Component.template("template.yml", path="template.yml"),
            ],
        )


class ServiceStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        fn = ComponentFunction(
            self, "Training",
            code=ComponentCode.image("Training-Lambda-Function"),
            deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
            environment={"A": "b"}, memory_size=512,
        )
        fn.alias.add_function_url()
        zip_ = ComponentFunction(self, "Zip", code=ComponentCode.zip("zip"), runtime=lambda_.Runtime.NODEJS_22_X, handler="index.handler", alarms=[])
        zip_.function.add_environment("X", "y")


app = App()
QuickStack(app, "Quick", env=ENV)
RichStack(app, "Rich", env=ENV)
FoundStack(app, "Found", env=ENV)
ServiceStack(app, "Service")
app.synth()
