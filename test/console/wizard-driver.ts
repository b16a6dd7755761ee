/** Walks through the Get started wizard. */
import type { Page } from 'playwright-core'
import { fieldAt } from './form-driver.js'

export interface WizardNames {
  readonly mesh: string
  readonly service: string
  readonly node: string
  readonly hostname: string
  readonly port: string
  readonly router: string
  readonly route: string
  /** A virtual service that the node calls. */
  readonly backend?: string
}

/** From the first step to the status screen; `look` is called at the end of each step. */
export async function walkWizard(
  page: Page,
  names: WizardNames,
  look: (step: number) => Promise<void> = nothing,
): Promise<void> {
  const fill = async (path: string, text: string): Promise<void> => {
    const input = fieldAt(page, path).locator('input').first()
    await input.fill(text)
    await input.press('Escape')
  }
  const next = async (step: number): Promise<void> => {
    await look(step)
    await page.getByRole('button', { name: 'Next', exact: true }).click()
  }
  await fill('meshName', names.mesh)
  await fill('virtualServiceName', names.service)
  await next(1)
  await fill('virtualNodeName', names.node)
  await fill('spec.serviceDiscovery.dns.hostname', names.hostname)
  await fill('spec.listeners[0].portMapping.port', names.port)
  if (names.backend !== undefined) {
    await page.getByRole('button', { name: 'Service backends - optional' }).click()
    await page.getByRole('button', { name: 'Add backend' }).click()
    await fill('spec.backends[0].virtualService.virtualServiceName', names.backend)
  }
  await next(2)
  await fill('virtualRouterName', names.router)
  await fill('routeName', names.route)
  await next(3)
  const create = page.getByRole('button', { name: 'Create mesh', exact: true })
  await create.waitFor()
  await look(4)
  await create.click()
}

function nothing(): Promise<void> {
  return Promise.resolve()
}
