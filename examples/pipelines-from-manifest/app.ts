/** Pipelines that a platform team makes from other teams' manifests, with checks and gates that no manifest can leave out. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { readManifest } from './platform/manifest';
import { TeamPipeline } from './platform/team-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('pipelineAccount'), region };

// One file for each team; a context of the name `team` picks one.
const only = app.node.tryGetContext('team') as string | undefined;
const folder = path.join(__dirname, 'teams');
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  const manifest = readManifest(path.join(folder, file));
  if (only === undefined || only === manifest.team) {
    new TeamPipeline(new Stack(app, `Team-${manifest.team}`, { env }), 'Team', { manifest, region });
  }
}
