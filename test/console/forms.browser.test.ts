/** The forms of the console in a browser: everything that can be typed is stored as it was typed, and what is not touched stays. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { MeshResources } from '../../src/console/access/management.js'
import { findResource } from './find-resource.js'
import { KIND_FORMS } from '../../src/console/data/form/kind-forms.js'
import { createPath, editPath, itemPath } from '../../src/console/data/paths.js'
import type { Kind } from '../../src/model/resource.js'
import { consoleSite } from './browser.js'
import { fillForm } from './form-driver.js'
import { readMesh } from './recorded-mesh.js'
import { RECORDINGS } from './specs.js'
import { MESH, WHOLE } from './whole-specs.js'
import { writeMesh } from './write-mesh.js'

const SLOW_MS = 120_000

describe('the forms in a browser', function () {
  this.timeout(SLOW_MS)
  const site = consoleSite()

  async function stored(meshName: string, kind: Kind, name: string, parentName?: string) {
    const response = await fetch(`${site.origin}/meshkeeper/v1/meshes/${encodeURIComponent(meshName)}/resources`)
    const { resources } = (await response.json()) as MeshResources
    return findResource(resources, kind, name, parentName)
  }

  for (const { kind, request, parentName } of WHOLE) {
    const name = String((request as Readonly<Record<string, unknown>>)[`${kind}Name`])

    it(`store a ${kind} with everything as it was typed: ${name}`, async () => {
      const { meshName } = MESH
      const page = await site.open(createPath({ meshName, kind, parentName }))
      await page.getByRole('heading', { name: `Create ${KIND_FORMS[kind].noun}` }).waitFor()
      await fillForm(page, KIND_FORMS[kind], request)
      await site.shot(page, `form-${kind}-${name}`)
      await site.check(page)
      await submit(page, `Create ${KIND_FORMS[kind].noun}`)
      await page.getByText('has been created.').waitFor()
      await page.waitForURL(`${site.origin}/console${itemPath({ kind, meshName, name, parentName })}`)
      const found = await stored(meshName, kind, name, parentName)
      assert.deepEqual(found?.spec, request.spec)
      assert.deepEqual(found.tags ?? [], [...(request.tags ?? [])].sort(byKey))
    })
  }

  for (const recording of RECORDINGS) {
    it(`change nothing in the recorded mesh ${recording} when it is saved as it is`, async () => {
      const mesh = readMesh(recording)
      const meshName = await writeMesh(site.world, mesh, recording)
      const page = await site.open('/meshes')
      for (const { kind, parentName, ...each } of mesh) {
        const name = kind === 'mesh' ? meshName : each.name
        const before = await stored(meshName, kind, name, parentName)
        await page.goto(`${site.origin}/console${editPath({ kind, meshName, name, parentName })}`)
        await page.getByRole('heading', { name: `Edit ${name}` }).waitFor()
        if (kind === 'virtualNode') await site.check(page)
        await submit(page, 'Save changes')
        await page.getByText('has been updated.').waitFor()
        const after = await stored(meshName, kind, name, parentName)
        assert.deepEqual(after?.spec, before?.spec, `${kind} ${name}`)
        assert.equal(after?.version, (before?.version ?? 0) + 1)
      }
    })
  }
})

async function submit(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
}

function byKey(one: object, other: object): number {
  return (one as { key: string }).key < (other as { key: string }).key ? -1 : 1
}
