/** Environment types of CodeBuild as the names of its quotas call them. */
const TYPES: Readonly<Record<string, string>> = {
  LINUX_CONTAINER: 'Linux', ARM_CONTAINER: 'ARM', LINUX_LAMBDA_CONTAINER: 'Linux Lambda', ARM_LAMBDA_CONTAINER: 'ARM Lambda',
};

const SIZES: Readonly<Record<string, string>> = { SMALL: 'Small', MEDIUM: 'Medium', LARGE: 'Large', XLARGE: 'XLarge' };

/** Name of the quota on builds that run at a time; nothing for an environment whose quota's name is not documented. */
export function quotaName(type: string, computeType: string): string | undefined {
  const family = TYPES[type];
  const size = /^BUILD_(?:GENERAL1|LAMBDA)_(.+)$/.exec(computeType)?.[1];
  return family === undefined || size === undefined ? undefined : `Concurrently running builds for ${family}/${SIZES[size] ?? size.replace('XLARGE', 'XLarge')} environment`;
}
