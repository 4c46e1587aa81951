import { NestedStack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FanOutNames, ROLE_TAGS } from './names';
import { buildspecOf, isCommon, ProjectsRole, SharedProject } from './project';
import { BoundComponent } from '../../component/bound-component';
import { SharedResources, CommonAccess } from '../../component-build/common-access';
import { grantCache, grantImages, keepCache, grantLogs, grantLook, readableDependencies, READ_ARTIFACTS, READ_RECORDS, REPORT_GROUPS } from '../../component-build/permissions';
import { buildVariables } from '../../component-build/variables';
import { componentPrefix } from '../../contract/objects';
import { acknowledge } from '../../private/acknowledge';
import { allowPattern } from '../../private/grants';
import { InlineRole } from '../../private/inline-role';
import { grantOnTable } from '../../private/tables';

/** What projects and roles are made with. */
export interface BuildsPartProps extends SharedResources {
  readonly names: FanOutNames;
  readonly logGroup: logs.ILogGroup;
  readonly projectsRole: ProjectsRole;
  readonly ownAccess: iam.IManagedPolicy;
}

/** A project, and what builds in it need in addition to what all builds do. */
export interface AddedProject {
  readonly project: codebuild.IProject;
  readonly statements: readonly iam.PolicyStatement[];
}

/** A nested stack with some of the projects, and some of the components' roles. */
export class BuildsPart extends NestedStack {
  constructor(scope: Construct, id: string, private readonly props: BuildsPartProps) {
    super(scope, id, { description: `Projects and roles of builds of ${props.catalogue.solution}` });
  }

  public addProject({ settings: digest, example }: SharedProject): AddedProject {
    const { names, catalogue, logGroup, projectsRole } = this.props;
    const { component, settings } = example;
    const { role, statements } = projectsRole.recording();
    const project = new codebuild.Project(this, `Project-${digest.slice(0, 8)}`, {
      projectName: names.project(digest),
      description: `Builds components of ${catalogue.solution} that have the settings of ${component.name}`,
      role,
      buildSpec: codebuild.BuildSpec.fromObject(buildspecOf(example)),
      environment: { buildImage: settings.buildImage, computeType: settings.computeType, fleet: settings.fleet, privileged: settings.privileged },
      environmentVariables: { ...settings.environmentVariables, ...buildVariables(this.props, example, CommonAccess.of(this.props)) },
      timeout: settings.timeout,
      vpc: component.props.vpc,
      subnetSelection: component.props.subnets,
      securityGroups: component.props.securityGroups,
      grantReportGroupPermissions: Object.keys(settings.reports).length > 0,
      logging: { cloudWatch: { logGroup } },
    });
    keepCache(project, { ...this.props, bound: example });
    acknowledge(project, 'AwsSolutions-CB4', 'The project puts out no artifacts: the build stores them itself, in a bucket with the key of its own.');
    return { project, statements: statements.filter((statement) => !isCommon(statement)) };
  }

  /** Makes a component's role. @param settings what its project's settings need */
  public addRole(bound: BoundComponent, settings: readonly iam.PolicyStatement[]): iam.IRole {
    const { names, catalogue, deploymentsTable, artifactBucket, logGroup, ownAccess } = this.props;
    const { component, id } = bound;
    const role = new InlineRole(this, `Role-${id}`, {
      assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'),
      description: `Builds the component ${component.name} of ${catalogue.solution}`,
      path: names.rolePath,
      roleName: names.role(component.name),
      managedPolicies: [CommonAccess.of(this.props).policy, ownAccess],
      tags: { [ROLE_TAGS.component]: component.name, [ROLE_TAGS.id]: id },
    });
    grantLogs(role, logGroup);
    const { keys, ids } = readableDependencies(bound, catalogue);
    if (ids.length > 0) {
      grantOnTable(role, { actions: READ_RECORDS, resourceArns: [deploymentsTable.tableArn], leadingKeys: keys });
      allowPattern(role, READ_ARTIFACTS, ['s3:GetObject'], ids.map((other) => artifactBucket.arnForObjects(`${componentPrefix(catalogue.solution, other)}*`)));
    }
    grantImages(role, { bound, catalogue });
    grantLook(role, { bound, artifactBucket });
    grantCache(role, { bound, catalogue, artifactBucket });
    for (const statement of settings) {
      if (isAboutReports(statement)) {
        allowPattern(role, REPORT_GROUPS, statement.actions, statement.resources);
      } else {
        role.addToPrincipalPolicy(statement);
      }
    }
    return role;
  }
}

/** What the CDK grants for the sake of reports. */
function isAboutReports({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('codebuild:'));
}
