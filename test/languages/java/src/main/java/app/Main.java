/** The application of ../typescript/app.ts in Java. */
package app;

import io.github.cdkmodularpipeline.*;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.codebuild.*;
import software.amazon.awscdk.services.codecommit.IRepository;
import software.amazon.awscdk.services.codecommit.Repository;
import software.amazon.awscdk.services.codedeploy.LambdaDeploymentConfig;
import software.amazon.awscdk.services.codepipeline.ExecutionMode;
import software.amazon.awscdk.services.codepipeline.actions.ManualApprovalAction;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.stepfunctions.DefinitionBody;
import software.amazon.awscdk.services.stepfunctions.Pass;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.constructs.Construct;

public final class Main {
  static final Environment ENV = Environment.builder().account("111111111111").region("eu-west-1").build();
  static final Environment PROD = Environment.builder().account("222222222222").region("eu-west-1").build();
  static final StackProps PROPS = StackProps.builder().env(ENV).build();

  static void quick(App app) {
    Stack stack = new Stack(app, "Quick", PROPS);
    Repository repository = Repository.Builder.create(stack, "Repository").repositoryName("ml").build();
    ModularPipeline.Builder.create(stack, "Pipeline")
        .source(PipelineSource.codeCommit(repository, CodeCommitSourceOptions.builder().branch("dev").build()))
        .components(List.of(
            Component.custom("shared", CustomComponentProps.builder().path("libs/shared").build()),
            Component.lambdaImage("Training-Lambda-Function", LambdaImageProps.builder().path("Training-Lambda-Function").dependsOn(List.of("shared")).build()),
            Component.glueJob("Preprocessing-Glue-Job", GlueJobProps.builder().path("glue/preprocessing").build()),
            Component.template("template.yml", TemplateProps.builder().path("template.yml").build())))
        .environments(List.of(
            DeploymentEnvironment.builder().name("test").env(ENV).build(),
            DeploymentEnvironment.builder().name("prod").env(PROD).approval(true).build()))
        .build();
  }

  static final class ManualGate extends Gate {
    private final String question;
    ManualGate(String question) { this.question = question; }
    @Override public GatePosition getPosition() { return GatePosition.BEFORE_DEPLOY; }
    @Override public GateConfig bind(Construct scope, GateBindOptions o) {
      Topic topic = Topic.Builder.create(scope, "Asked").displayName(o.getSolution() + " " + o.getEnvironmentName() + " " + o.getRegion()).build();
      return GateConfig.builder()
          .actions(List.of(ManualApprovalAction.Builder.create()
              .actionName("Ask" + o.getActionNameSuffix()).runOrder(o.getRunOrder()).notificationTopic(topic)
              .additionalInformation(String.join(" ", question, o.getCommitId(), o.getChangeSet().getChanges(), o.getChangeSet().getDestructive(), o.getStackName(), o.getOutputsNamespace()))
              .build()))
          .runOrders(1)
          .changeSetRules(ChangeSetRules.builder().allowTypes(List.of("AWS::SQS::Queue")).build())
          .build();
    }
  }

  static final class Wheel extends Component {
    Wheel(String name, ComponentProps props) { super(name, props); }
    @Override public ComponentConfig bind(Construct scope, ComponentBindOptions o) {
      var repository = software.amazon.awscdk.services.ecr.Repository.Builder.create(scope, "Extra").imageTagMutability(TagMutability.IMMUTABLE).repositoryName("n" + o.getAccounts().size()).build();
      return ComponentConfig.builder().kind("wheel")
          .artifact(BuildArtifact.files(BuildArtifactFile.builder().path("dist/a.whl").name("a.whl").build(), BuildArtifactFile.builder().path("conf").name("conf.zip").zip(true).build()))
          .parameters(List.of(LocationParameter.file("WheelLocation", "a.whl")))
          .buildCommands(List.of("python -m build --wheel")).privileged(false).repository(repository).build();
    }
  }

  static void rich(App app) {
    Stack stack = new Stack(app, "Rich", PROPS);
    IRepository repository = Repository.fromRepositoryName(stack, "Repository", "rich");
    Topic topic = new Topic(stack, "Approvers");
    Key key = Key.Builder.create(stack, "Key").enableKeyRotation(true).build();
    DiffTable diffTable = DiffTable.Builder.create(stack, "Diffs").encryptionKey(key).removalPolicy(RemovalPolicy.DESTROY).deletionProtection(false).build();
    DeploymentsTable deployments = DeploymentsTable.Builder.create(stack, "Deployments").tableName("deployments").encryptionKey(key).pointInTimeRecovery(false).build();
    Role reader = Role.Builder.create(stack, "Reader").assumedBy(new ServicePrincipal("lambda.amazonaws.com")).build();
    diffTable.grantRead(reader);
    deployments.grantReadWrite(reader);
    DeploymentsTable.fromTableName(stack, "Imported", "other").grantRead(reader);
    DiffTable.fromTableArn(stack, "ImportedDiffs", "arn:aws:dynamodb:eu-west-1:111111111111:table/d").grantRead(reader);
    var images = software.amazon.awscdk.services.ecr.Repository.Builder.create(stack, "Images").imageTagMutability(TagMutability.IMMUTABLE).build();
    StateMachine machine = StateMachine.Builder.create(stack, "Machine").definitionBody(DefinitionBody.fromChainable(new Pass(stack, "Pass"))).build();
    Gate tests = Gate.integrationTests(IntegrationTestsOptions.builder()
        .commands(List.of("./integration.sh")).outputs(Map.of("API_URL", "ApiUrl")).reports(List.of("reports/*.xml"))
        .environmentVariables(Map.of("LEVEL", BuildEnvironmentVariable.builder().value("1").build(),
            "TOKEN", BuildEnvironmentVariable.builder().type(BuildEnvironmentVariableType.PARAMETER_STORE).value("/token").build()))
        .computeType(ComputeType.MEDIUM).timeout(Duration.minutes(20)).build());
    ModularPipeline pipeline = ModularPipeline.Builder.create(stack, "Pipeline")
        .solution("rich").pipelineName("rich-pipeline")
        .source(PipelineSource.codeCommit(repository, CodeCommitSourceOptions.builder().branch("main").build()))
        .baseline(Baseline.branch("test")).globalPaths(List.of("package-lock.json")).unownedPaths(UnownedPaths.ERROR).traceLockfiles(true)
        .sharedPackages(Map.of("esbuild", PackageUsers.builder().builds(List.of("zip")).tests(List.of()).build()))
        .diffTable(diffTable).deploymentsTable(deployments).encryptionKey(key)
        .buildStrategy(BuildStrategy.fanOut(FanOutOptions.builder().maxConcurrency(10).nestedStacks(1).build()))
        .executionMode(ExecutionMode.QUEUED).reconcileInterval(Duration.minutes(30)).logRetention(RetentionDays.ONE_MONTH)
        .components(List.of(
            Component.lambdaImage("image", LambdaImageProps.builder().path("image").repository(images).dockerfile("docker/Dockerfile").buildArgs(Map.of("PYTHON", "3", "MIRROR", "1", "EXTRAS", "2")).target("prod")
                .platform("linux/arm64").dependsOn(List.of("shared")).buildImage(LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0).build()),
            Component.lambdaZip("zip", LambdaZipProps.builder().path("zip").artifactPath("dist").testCommands(List.of("npm test")).buildCommands(List.of("npm ci", "npm run build"))
                .environmentVariables(Map.of("STAGE", BuildEnvironmentVariable.builder().value("x").build(), "LEVEL", BuildEnvironmentVariable.builder().value("y").build())).timeout(Duration.minutes(10)).build()),
            Component.glueJob("glue", GlueJobProps.builder().path("glue").script("job.py").modules("modules").exclude(List.of("glue/docs/**")).build()),
            Component.stateMachine("machine", io.github.cdkmodularpipeline.StateMachineProps.builder().path("machine/definition.asl.json").testDependsOn(List.of("zip")).build()),
            Component.template("template.yml", TemplateProps.builder().path("template.yml").build()),
            Component.buildspec("buildspec.yml", TrackedFileProps.builder().path("buildspec.yml").parameters(List.of(LocationParameter.location("BuildspecLocation"))).build()),
            Component.custom("shared", CustomComponentProps.builder().path("shared").artifact(BuildArtifact.zip("dist"))
                .parameters(List.of(LocationParameter.bucket("SharedBucket"), LocationParameter.key("SharedKey"))).interfacePaths(List.of("shared/index.js")).computeType(ComputeType.LARGE).build()),
            new Wheel("wheel", ComponentProps.builder().path("wheel").include(List.of("pyproject.toml")).testPackages(List.of("mocha")).build())))
        .environments(List.of(
            DeploymentEnvironment.builder().name("test").env(ENV).gates(List.of(tests)).parameters(Map.of("EnvironmentName", "test")).tags(Map.of("environment", "test")).build(),
            DeploymentEnvironment.builder().name("prod").env(PROD).furtherRegions(List.of("us-east-1")).regionsAtOnce(2).stackName("rich-prod")
                .gates(List.of(
                    Gate.changeSetGuard(ChangeSetGuardOptions.builder().allowTypes(List.of("AWS::SNS::Topic")).allowLogicalIds(List.of("Queue")).build()),
                    Gate.awsHealth(AwsHealthOptions.builder().services(List.of("LAMBDA", "DYNAMODB")).maxWait(Duration.hours(2)).build()),
                    Gate.stateMachine(machine, StateMachineGateOptions.builder().position(GatePosition.AFTER_DEPLOY).input(Map.of("hello", "world")).build()),
                    new ManualGate("Sure?"),
                    Gate.approval(ApprovalOptions.builder().mode(ApprovalMode.BROADENING_PERMISSIONS).topic(topic).build()),
                    Gate.alarms(AlarmsOptions.builder().alarmNames(List.of("errors")).bakeTime(Duration.minutes(10)).build()),
                    tests))
                .parameters(Map.of("EnvironmentName", "prod")).build()))
        .build();
    pipeline.buildRole("zip").addToPrincipalPolicy(PolicyStatement.Builder.create().actions(List.of("s3:GetObject")).resources(List.of("arn:aws:s3:::reference/columns.csv")).build());
    ModularPipelineAlarms alarms = ModularPipelineAlarms.Builder.create(stack, "Alarms").pipeline(pipeline).actions(List.of(new SnsAction(topic))).unreleasedAfter(Duration.hours(48)).build();
    ModularPipelineDashboard.Builder.create(stack, "Dashboard").pipeline(pipeline).alarms(alarms).dashboardName("rich").build();
    pipeline.metricUnstarted(MetricOptions.builder().label("x").build()).createAlarm(stack, "Mine", CreateAlarmOptions.builder().threshold(5).evaluationPeriods(1).build());
    Tags.of(stack).add("count", "" + alarms.getAll().size());
  }

  static void found(App app) {
    Stack stack = new Stack(app, "Found", PROPS);
    ModularPipeline.Builder.create(stack, "Pipeline")
        .source(PipelineSource.codeCommit(Repository.fromRepositoryName(stack, "Repository", "found"), CodeCommitSourceOptions.builder().branch("main").build()))
        .environments(List.of(DeploymentEnvironment.builder().name("test").env(ENV).build()))
        .discovery(ComponentDiscovery.workTree(WorkTreeDiscoveryOptions.builder().directory(System.getenv("WORKSPACE")).exclude(List.of("infrastructure")).builds(BuildProps.builder().testCommands(List.of("npm test")).build()).build()))
        .components(List.of(
            Component.lambdaZip("api", LambdaZipProps.builder().path("services/api").buildCommands(List.of("npm ci", "npm run build")).artifactPath("dist").build()),
            Component.template("template.yml", TemplateProps.builder().path("template.yml").build())))
        .build();
  }

  static void service(App app) {
    Stack stack = new Stack(app, "Service");
    ComponentFunction fn = ComponentFunction.Builder.create(stack, "Training").code(ComponentCode.image("Training-Lambda-Function"))
        .deploymentConfig(LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES).environment(Map.of("A", "b")).memorySize(512).build();
    fn.getAlias().addFunctionUrl();
    ComponentFunction zip = ComponentFunction.Builder.create(stack, "Zip").code(ComponentCode.zip("zip")).runtime(Runtime.NODEJS_22_X).handler("index.handler").alarms(List.of()).build();
    zip.getFunction().addEnvironment("X", "y");
  }

  public static void main(String[] args) {
    App app = new App();
    quick(app);
    rich(app);
    found(app);
    service(app);
    app.synth();
  }
}
