/** Types a request into a form of the console, field by field, as somebody would who has it on paper. */
import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { below, itemsIn, textIn, toDraft, valueAt, type Draft } from '../../src/console/data/draft.js'
import { chosenOption } from '../../src/console/data/form/edit.js'
import type { Field, KindForm } from '../../src/console/data/form/field.js'
import { shownSections } from '../../src/console/data/form/places.js'

/** Fills the form of `page` so that it says `request`: `{ virtualNodeName, spec, tags }`. */
export async function fillForm(page: Page, form: KindForm, request: object): Promise<void> {
  const draft = toDraft(form.create, request)
  const driver = new FormDriver(page, draft)
  for (const { title, base, optional, fields } of shownSections(form, draft)) {
    const isNeeded = fields.some((field) => isGiven(field, base, draft))
    if (optional && !isNeeded) continue
    if (optional) await openSection(page, title)
    await driver.fill(fields, base)
  }
}

/** The field that stands for `path`. */
export function fieldAt(page: Page, path: string): Locator {
  return page.locator(`[data-field="${path}"]`).first()
}

async function openSection(page: Page, title: string): Promise<void> {
  const button = page.getByRole('button', { name: `${title} - optional` })
  if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click()
}

function isGiven(field: Field, base: string, draft: Draft): boolean {
  if (field.type === 'member') return chosenOption(draft, { field, base }) !== undefined
  return valueAt(draft, below(base, field.path)) !== undefined
}

class FormDriver {
  readonly #page: Page
  readonly #draft: Draft

  constructor(page: Page, draft: Draft) {
    this.#page = page
    this.#draft = draft
  }

  async fill(fields: readonly Field[], base: string): Promise<void> {
    for (const field of fields) {
      if (isGiven(field, base, this.#draft)) await this.#fillField(field, base)
      else if (field.type === 'member' && field.none !== undefined)
        await this.#choose(fieldAt(this.#page, below(base, field.path)), field.none)
    }
  }

  async #fillField(field: Field, base: string): Promise<void> {
    const path = below(base, field.path)
    const at = fieldAt(this.#page, path)
    const value = valueAt(this.#draft, path)
    switch (field.type) {
      case 'text':
      case 'number':
        return this.#type(at, textIn(value))
      case 'choice':
        return this.#choose(at, field.labels[textIn(value)] ?? '')
      case 'flag':
        return at.getByRole('checkbox').setChecked(value === true)
      case 'duration':
        await this.#type(at, textIn(valueAt(value, 'value')))
        return this.#choose(at, textIn(valueAt(value, 'unit')) === 'ms' ? 'milliseconds' : 'seconds')
      case 'choices':
        for (const each of itemsIn(value)) await at.getByLabel(field.labels[textIn(each)]!, { exact: true }).check()
        return
      case 'values':
        for (const [index, each] of itemsIn(value).entries()) {
          await at.getByRole('button', { name: field.add }).click()
          await this.#type(fieldAt(this.#page, `${path}[${index}]`), textIn(each))
        }
        return
      case 'rows':
        await this.#addRows(at, field, itemsIn(value).length)
        for (const index of itemsIn(value).keys()) await this.fill(field.fields, `${path}[${index}]`)
        return
      case 'group':
        if (field.toggle !== undefined) await at.getByLabel(field.toggle, { exact: true }).first().check()
        return this.fill(field.fields, path)
      case 'byProtocol': {
        const protocol = textIn(valueAt(this.#draft, below(base, field.protocol)))
        await at.getByLabel(field.toggle, { exact: true }).check()
        return this.fill(field.options[protocol]!, below(path, protocol))
      }
      case 'member': {
        const option = chosenOption(this.#draft, { field, base })
        assert.ok(option)
        await this.#choose(at, option.label)
        return this.fill(option.fields, below(path, option.member))
      }
    }
  }

  /** A form may begin with rows. */
  async #addRows(at: Locator, field: Extract<Field, { type: 'rows' }>, count: number): Promise<void> {
    const rows = at.getByRole('group', { name: new RegExp(`^${field.item} \\d+$`) })
    for (let present = await rows.count(); present < count; present++)
      await at.getByRole('button', { name: field.add, exact: true }).last().click()
  }

  async #type(at: Locator, text: string): Promise<void> {
    const input = at.locator('input, textarea').first()
    await input.fill(text)
    // Suggestions would cover what is below.
    await input.press('Escape')
    assert.equal(await input.inputValue(), text)
  }

  async #choose(at: Locator, label: string): Promise<void> {
    const radio = at.getByRole('radio', { name: label, exact: true })
    if ((await radio.count()) > 0) return radio.first().check()
    const select = at.locator('button[aria-haspopup]').first()
    if ((await select.innerText()).trim() === label) return
    await select.click()
    await at.getByRole('option', { name: label, exact: true }).click()
  }
}
