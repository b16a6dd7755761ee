import { readWalkthroughs, meshOf } from '../api/walkthroughs.js'
import { translateMesh } from '../translate/golden.js'
import { GoldenEnvoy } from './golden-envoy.js'
import { NEWEST, OLDEST, requireEnvoy } from './install.js'

for (const version of [OLDEST, NEWEST]) {
  describe(`Envoy ${version} takes the forms of AWS's walkthroughs`, () => {
    let envoy: GoldenEnvoy | undefined

    before(async function () {
      envoy = await GoldenEnvoy.start(await requireEnvoy(this, version))
    })

    after(() => envoy?.stop())

    for (const walkthrough of readWalkthroughs()) {
      it(walkthrough.walkthrough, async () => {
        for (const output of translateMesh(meshOf(walkthrough))) await envoy?.load(output)
      })
    }
  })
}
