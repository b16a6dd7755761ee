/** How the first Envoy is connected. */
import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import type { MeshPlace } from '../access/place.js'
import { meshPath } from '../data/paths.js'
import { EmptyState } from '../frame/states.js'
import { PageLink } from '../frame/link.js'

export function ConnectHelp({ mesh }: { readonly mesh: MeshPlace | undefined }) {
  const meshName = mesh?.meshName ?? 'MESH'
  const command = [
    `APPMESH_RESOURCE_ARN=mesh/${meshName}/virtualNode/NODE`,
    `APPMESH_XDS_ENDPOINT=${window.location.hostname}:18000`,
    'npx meshkeeper bootstrap --format yaml > envoy.yaml',
  ].join(' ')
  return (
    <EmptyState title="No Envoy is connected">
      <Box color="inherit" textAlign="left" display="block" padding={{ vertical: 's' }}>
        An Envoy connects with a bootstrap that names its virtual node or virtual gateway:
        <ol>
          <li>
            Open a {mesh ? <PageLink to={meshPath(mesh, 'virtual-nodes')}>virtual node</PageLink> : 'virtual node'} and
            take its bootstrap from there, or make it on the command line:
            <Box variant="code" display="block" margin={{ vertical: 'xs' }}>
              <CopyToClipboard
                variant="inline"
                textToCopy={command}
                copyButtonAriaLabel="Copy the command"
                copySuccessText="Copied"
                copyErrorText="Not copied"
              />
            </Box>
          </li>
          <li>
            Start Envoy with it: <Box variant="code">envoy -c envoy.yaml</Box>
          </li>
          <li>It appears here as soon as it has asked for its configuration.</li>
        </ol>
        An Envoy that does not appear was refused: its own log says why under “gRPC config stream closed”.
      </Box>
    </EmptyState>
  )
}
