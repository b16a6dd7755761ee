/** The real aws CLI, pointed at a meshkeeper. */
import { run } from './process.js'

/** Runs `aws <service> <operation>` with these members and answers what it prints. */
export type AwsCli = (operation: string, input: object) => Promise<unknown>

/** Both are on one listener. */
type Service = 'appmesh' | 'servicediscovery'

export function awsCli(executable: string, endpoint: string, service: Service = 'appmesh'): AwsCli {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_APP_MESH: endpoint,
    AWS_ENDPOINT_URL_SERVICEDISCOVERY: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return async (operation, input) => {
    const args = [service, operation, '--output', 'json', '--cli-input-json', JSON.stringify(input)]
    const { stdout } = await run(executable, args, { env })
    return JSON.parse(stdout || '{}') as unknown
  }
}
