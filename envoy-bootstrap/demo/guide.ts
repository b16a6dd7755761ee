/** What the demo prints once it runs: commands that work as they stand. */
import { join } from 'node:path'
import type { ControlPlane } from '../../test/envoy/control-plane.js'
import type { Pod } from '../../test/envoy/pod.js'
import { MESH, PORT } from './mesh.js'

export function describeDemo(keeper: ControlPlane, front: Pod): string {
  const url = `http://${front.address}:${PORT}/`
  const route = `/v20190125/meshes/${MESH}/virtualRouter/color/routes/all`
  const spec = {
    httpRoute: {
      match: { prefix: '/' },
      action: {
        weightedTargets: [
          { virtualNode: 'blue', weight: 10 },
          { virtualNode: 'green', weight: 90 },
        ],
      },
    },
  }
  return `
The mesh "${MESH}" is up: front → color.local → 90 % blue, 10 % green.

Ask the front, which asks color.local through its Envoy:
  curl -s ${url}
  for i in $(seq 100); do curl -s ${url}; done | sort | uniq -c

Turn the weights around, and ask again; no Envoy restarts:
  curl -s -X PUT -H 'content-type: application/json' -d '${JSON.stringify({ spec })}' ${keeper.api}${route}

Or with the aws CLI:
  export AWS_ENDPOINT_URL_APP_MESH=${keeper.api} AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1
  aws appmesh describe-route --mesh-name ${MESH} --virtual-router-name color --route-name all
  aws appmesh update-route --mesh-name ${MESH} --virtual-router-name color --route-name all --spec '${JSON.stringify(spec)}'

Look at front's Envoy, and at its access log:
  curl -s ${front.envoy.adminUrl}/clusters | grep cds_egress
  curl -s ${front.envoy.adminUrl}/config_dump
  tail -f ${join(front.directory, 'envoy.log')}

Ctrl-C ends the demo and takes all of it away.`
}
