// The application of ../typescript/app.ts in Go.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	cwactions "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodebuild"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodecommit"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodepipeline"
	cpactions "github.com/aws/aws-cdk-go/awscdk/v2/awscodepipelineactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	mp "github.com/cdk-modular-pipeline/cdk-modular-pipeline-go/cdkmodularpipeline"
)

var S = jsii.String

func env(account string) *awscdk.Environment {
	return &awscdk.Environment{Account: S(account), Region: S("eu-west-1")}
}

func quick(app awscdk.App) {
	stack := awscdk.NewStack(app, S("Quick"), &awscdk.StackProps{Env: env("111111111111")})
	repository := awscodecommit.NewRepository(stack, S("Repository"), &awscodecommit.RepositoryProps{RepositoryName: S("ml")})
	mp.NewModularPipeline(stack, S("Pipeline"), &mp.ModularPipelineProps{
		Source: mp.PipelineSource_CodeCommit(repository, &mp.CodeCommitSourceOptions{Branch: S("dev")}),
		Components: &[]mp.Component{
			mp.Component_Custom(S("shared"), &mp.CustomComponentProps{Path: S("libs/shared")}),
			mp.Component_LambdaImage(S("Training-Lambda-Function"), &mp.LambdaImageProps{Path: S("Training-Lambda-Function"), DependsOn: jsii.Strings("shared")}),
			mp.Component_GlueJob(S("Preprocessing-Glue-Job"), &mp.GlueJobProps{Path: S("glue/preprocessing")}),
			mp.Component_Template(S("template.yml"), &mp.TemplateProps{Path: S("template.yml")}),
		},
		Environments: &[]*mp.DeploymentEnvironment{
			{Name: S("test"), Env: env("111111111111")},
			{Name: S("prod"), Env: env("222222222222"), Approval: jsii.Bool(true)},
		},
	})
}

type manualGate struct {
	mp.Gate
	question string
}

func newManualGate(question string) mp.Gate {
	g := &manualGate{question: question}
	mp.NewGate_Override(g)
	return g
}

func (g *manualGate) Position() mp.GatePosition { return mp.GatePosition_BEFORE_DEPLOY }

func (g *manualGate) Bind(scope constructs.Construct, o *mp.GateBindOptions) *mp.GateConfig {
	topic := awssns.NewTopic(scope, S("Asked"), &awssns.TopicProps{DisplayName: S(fmt.Sprintf("%s %s %s", *o.Solution, *o.EnvironmentName, *o.Region))})
	return &mp.GateConfig{
		Actions: &[]awscodepipeline.IAction{cpactions.NewManualApprovalAction(&cpactions.ManualApprovalActionProps{
			ActionName:            S("Ask" + *o.ActionNameSuffix),
			RunOrder:              o.RunOrder,
			NotificationTopic:     topic,
			AdditionalInformation: S(fmt.Sprintf("%s %s %s %s %s %s", g.question, *o.CommitId, *o.ChangeSet.Changes, *o.ChangeSet.Destructive, *o.StackName, *o.OutputsNamespace)),
		})},
		RunOrders:      jsii.Number(1),
		ChangeSetRules: &mp.ChangeSetRules{AllowTypes: jsii.Strings("AWS::SQS::Queue")},
	}
}

type wheel struct{ mp.Component }

func newWheel(name string, props *mp.ComponentProps) mp.Component {
	w := &wheel{}
	mp.NewComponent_Override(w, S(name), props)
	return w
}

func (w *wheel) Bind(scope constructs.Construct, o *mp.ComponentBindOptions) *mp.ComponentConfig {
	repository := awsecr.NewRepository(scope, S("Extra"), &awsecr.RepositoryProps{ImageTagMutability: awsecr.TagMutability_IMMUTABLE, RepositoryName: S(fmt.Sprintf("n%d", len(*o.Accounts)))})
	return &mp.ComponentConfig{
		Kind: S("wheel"),
		Artifact: mp.BuildArtifact_Files(&mp.BuildArtifactFile{Path: S("dist/a.whl"), Name: S("a.whl")},
			&mp.BuildArtifactFile{Path: S("conf"), Name: S("conf.zip"), Zip: jsii.Bool(true)}),
		Parameters:    &[]mp.LocationParameter{mp.LocationParameter_File(S("WheelLocation"), S("a.whl"))},
		BuildCommands: jsii.Strings("python -m build --wheel"),
		Privileged:    jsii.Bool(false),
		Repository:    repository,
	}
}

func rich(app awscdk.App) {
	stack := awscdk.NewStack(app, S("Rich"), &awscdk.StackProps{Env: env("111111111111")})
	repository := awscodecommit.Repository_FromRepositoryName(stack, S("Repository"), S("rich"))
	topic := awssns.NewTopic(stack, S("Approvers"), nil)
	key := awskms.NewKey(stack, S("Key"), &awskms.KeyProps{EnableKeyRotation: jsii.Bool(true)})
	diffTable := mp.NewDiffTable(stack, S("Diffs"), &mp.DiffTableProps{EncryptionKey: key, RemovalPolicy: awscdk.RemovalPolicy_DESTROY, DeletionProtection: jsii.Bool(false)})
	deployments := mp.NewDeploymentsTable(stack, S("Deployments"), &mp.DeploymentsTableProps{TableName: S("deployments"), EncryptionKey: key, PointInTimeRecovery: jsii.Bool(false)})
	reader := awsiam.NewRole(stack, S("Reader"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(S("lambda.amazonaws.com"), nil)})
	diffTable.GrantRead(reader)
	deployments.GrantReadWrite(reader)
	mp.DeploymentsTable_FromTableName(stack, S("Imported"), S("other")).GrantRead(reader)
	mp.DiffTable_FromTableArn(stack, S("ImportedDiffs"), S("arn:aws:dynamodb:eu-west-1:111111111111:table/d")).GrantRead(reader)
	images := awsecr.NewRepository(stack, S("Images"), &awsecr.RepositoryProps{ImageTagMutability: awsecr.TagMutability_IMMUTABLE})
	machine := awsstepfunctions.NewStateMachine(stack, S("Machine"), &awsstepfunctions.StateMachineProps{DefinitionBody: awsstepfunctions.DefinitionBody_FromChainable(awsstepfunctions.NewPass(stack, S("Pass"), nil))})
	tests := mp.Gate_IntegrationTests(&mp.IntegrationTestsOptions{
		Commands: jsii.Strings("./integration.sh"), Outputs: &map[string]*string{"API_URL": S("ApiUrl")}, Reports: jsii.Strings("reports/*.xml"),
		EnvironmentVariables: &map[string]*awscodebuild.BuildEnvironmentVariable{
			"LEVEL": {Value: "1"},
			"TOKEN": {Type: awscodebuild.BuildEnvironmentVariableType_PARAMETER_STORE, Value: "/token"},
		},
		ComputeType: awscodebuild.ComputeType_MEDIUM, Timeout: awscdk.Duration_Minutes(jsii.Number(20)),
	})
	pipeline := mp.NewModularPipeline(stack, S("Pipeline"), &mp.ModularPipelineProps{
		Solution: S("rich"), PipelineName: S("rich-pipeline"),
		Source:          mp.PipelineSource_CodeCommit(repository, &mp.CodeCommitSourceOptions{Branch: S("main")}),
		Baseline:        mp.Baseline_Branch(S("test")),
		GlobalPaths:     jsii.Strings("package-lock.json"),
		UnownedPaths:    mp.UnownedPaths_ERROR,
		TraceLockfiles:  jsii.Bool(true),
		SharedPackages:  &map[string]*mp.PackageUsers{"esbuild": {Builds: jsii.Strings("zip"), Tests: &[]*string{}}},
		DiffTable:       diffTable, DeploymentsTable: deployments, EncryptionKey: key,
		BuildStrategy:     mp.BuildStrategy_FanOut(&mp.FanOutOptions{MaxConcurrency: jsii.Number(10), NestedStacks: jsii.Number(1)}),
		ExecutionMode:     awscodepipeline.ExecutionMode_QUEUED,
		ReconcileInterval: awscdk.Duration_Minutes(jsii.Number(30)),
		LogRetention:      awslogs.RetentionDays_ONE_MONTH,
		Components: &[]mp.Component{
			mp.Component_LambdaImage(S("image"), &mp.LambdaImageProps{Path: S("image"), Repository: images, Dockerfile: S("docker/Dockerfile"), BuildArgs: &map[string]*string{"PYTHON": S("3"), "MIRROR": S("1"), "EXTRAS": S("2")},
				Target: S("prod"), Platform: S("linux/arm64"), DependsOn: jsii.Strings("shared"), BuildImage: awscodebuild.LinuxArmBuildImage_AMAZON_LINUX_2023_STANDARD_3_0()}),
			mp.Component_LambdaZip(S("zip"), &mp.LambdaZipProps{Path: S("zip"), ArtifactPath: S("dist"), TestCommands: jsii.Strings("npm test"), BuildCommands: jsii.Strings("npm ci", "npm run build"),
				EnvironmentVariables: &map[string]*awscodebuild.BuildEnvironmentVariable{"STAGE": {Value: "x"}, "LEVEL": {Value: "y"}}, Timeout: awscdk.Duration_Minutes(jsii.Number(10))}),
			mp.Component_GlueJob(S("glue"), &mp.GlueJobProps{Path: S("glue"), Script: S("job.py"), Modules: S("modules"), Exclude: jsii.Strings("glue/docs/**")}),
			mp.Component_StateMachine(S("machine"), &mp.StateMachineProps{Path: S("machine/definition.asl.json"), TestDependsOn: jsii.Strings("zip")}),
			mp.Component_Template(S("template.yml"), &mp.TemplateProps{Path: S("template.yml")}),
			mp.Component_Buildspec(S("buildspec.yml"), &mp.TrackedFileProps{Path: S("buildspec.yml"), Parameters: &[]mp.LocationParameter{mp.LocationParameter_Location(S("BuildspecLocation"))}}),
			mp.Component_Custom(S("shared"), &mp.CustomComponentProps{Path: S("shared"), Artifact: mp.BuildArtifact_Zip(S("dist")),
				Parameters:     &[]mp.LocationParameter{mp.LocationParameter_Bucket(S("SharedBucket")), mp.LocationParameter_Key(S("SharedKey"))},
				InterfacePaths: jsii.Strings("shared/index.js"), ComputeType: awscodebuild.ComputeType_LARGE}),
			newWheel("wheel", &mp.ComponentProps{Path: S("wheel"), Include: jsii.Strings("pyproject.toml"), TestPackages: jsii.Strings("mocha")}),
		},
		Environments: &[]*mp.DeploymentEnvironment{
			{Name: S("test"), Env: env("111111111111"), Gates: &[]mp.Gate{tests}, Parameters: &map[string]*string{"EnvironmentName": S("test")}, Tags: &map[string]*string{"environment": S("test")}},
			{
				Name: S("prod"), Env: env("222222222222"), FurtherRegions: jsii.Strings("us-east-1"), RegionsAtOnce: jsii.Number(2), StackName: S("rich-prod"),
				Gates: &[]mp.Gate{
					mp.Gate_ChangeSetGuard(&mp.ChangeSetGuardOptions{AllowTypes: jsii.Strings("AWS::SNS::Topic"), AllowLogicalIds: jsii.Strings("Queue")}),
					mp.Gate_AwsHealth(&mp.AwsHealthOptions{Services: jsii.Strings("LAMBDA", "DYNAMODB"), MaxWait: awscdk.Duration_Hours(jsii.Number(2))}),
					mp.Gate_StateMachine(machine, &mp.StateMachineGateOptions{Position: mp.GatePosition_AFTER_DEPLOY, Input: &map[string]*string{"hello": S("world")}}),
					newManualGate("Sure?"),
					mp.Gate_Approval(&mp.ApprovalOptions{Mode: mp.ApprovalMode_BROADENING_PERMISSIONS, Topic: topic}),
					mp.Gate_Alarms(&mp.AlarmsOptions{AlarmNames: jsii.Strings("errors"), BakeTime: awscdk.Duration_Minutes(jsii.Number(10))}),
					tests,
				},
				Parameters: &map[string]*string{"EnvironmentName": S("prod")},
			},
		},
	})
	pipeline.BuildRole(S("zip")).AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings("s3:GetObject"), Resources: jsii.Strings("arn:aws:s3:::reference/columns.csv")}))
	alarms := mp.NewModularPipelineAlarms(stack, S("Alarms"), &mp.ModularPipelineAlarmsProps{Pipeline: pipeline, Actions: &[]awscloudwatch.IAlarmAction{cwactions.NewSnsAction(topic)}, UnreleasedAfter: awscdk.Duration_Hours(jsii.Number(48))})
	mp.NewModularPipelineDashboard(stack, S("Dashboard"), &mp.ModularPipelineDashboardProps{Pipeline: pipeline, Alarms: alarms, DashboardName: S("rich")})
	pipeline.MetricUnstarted(&awscloudwatch.MetricOptions{Label: S("x")}).CreateAlarm(stack, S("Mine"), &awscloudwatch.CreateAlarmOptions{Threshold: jsii.Number(5), EvaluationPeriods: jsii.Number(1)})
	awscdk.Tags_Of(stack).Add(S("count"), S(fmt.Sprint(len(*alarms.All()))), nil)
}

func found(app awscdk.App) {
	stack := awscdk.NewStack(app, S("Found"), &awscdk.StackProps{Env: env("111111111111")})
	mp.NewModularPipeline(stack, S("Pipeline"), &mp.ModularPipelineProps{
		Source:       mp.PipelineSource_CodeCommit(awscodecommit.Repository_FromRepositoryName(stack, S("Repository"), S("found")), &mp.CodeCommitSourceOptions{Branch: S("main")}),
		Environments: &[]*mp.DeploymentEnvironment{{Name: S("test"), Env: env("111111111111")}},
		Discovery:    mp.ComponentDiscovery_WorkTree(&mp.WorkTreeDiscoveryOptions{Directory: S(os.Getenv("WORKSPACE")), Exclude: jsii.Strings("infrastructure"), Builds: &mp.BuildProps{TestCommands: jsii.Strings("npm test")}}),
		Components: &[]mp.Component{
			mp.Component_LambdaZip(S("api"), &mp.LambdaZipProps{Path: S("services/api"), BuildCommands: jsii.Strings("npm ci", "npm run build"), ArtifactPath: S("dist")}),
			mp.Component_Template(S("template.yml"), &mp.TemplateProps{Path: S("template.yml")}),
		},
	})
}

func service(app awscdk.App) {
	stack := awscdk.NewStack(app, S("Service"), nil)
	fn := mp.NewComponentFunction(stack, S("Training"), &mp.ComponentFunctionProps{
		Code:             mp.ComponentCode_Image(S("Training-Lambda-Function"), nil),
		DeploymentConfig: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES(),
		Environment:      &map[string]*string{"A": S("b")}, MemorySize: jsii.Number(512),
	})
	fn.Alias().AddFunctionUrl(nil)
	zip := mp.NewComponentFunction(stack, S("Zip"), &mp.ComponentFunctionProps{Code: mp.ComponentCode_Zip(S("zip"), nil), Runtime: awslambda.Runtime_NODEJS_22_X(), Handler: S("index.handler"), Alarms: &[]awscloudwatch.IAlarm{}})
	zip.Function().AddEnvironment(S("X"), S("y"), nil)
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	quick(app)
	rich(app)
	found(app)
	service(app)
	app.Synth(nil)
}
