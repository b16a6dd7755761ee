/**
 * The console of a whole server in this process, in Debian's Chromium. Every page that a test opens is watched: a violation of the
 * Content-Security-Policy, an error on the browser's console, or a request to another host fails the test.
 *
 * `SCREENSHOTS=DIR` keeps the pictures of `shot`.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { missing } from '../envoy/install.js'
import { World } from '../management/world.js'
import { buildConsole } from './build.js'

const CHROMIUM = '/usr/bin/chromium'
const LAUNCH_DEADLINE_MS = 120_000
const PAGE_DEADLINE_MS = 15_000

/** What axe finds and people must not meet. */
const SERIOUS = ['serious', 'critical']
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED'
const MOST_TRIES = 4

export const LAPTOP = { width: 1280, height: 800 }
export const PHONE = { width: 375, height: 812 }

export interface OpenOptions extends BrowserContextOptions {
  /** Errors on the browser's console that belong to the test, e.g. /409/ for a refused request. */
  readonly expect?: readonly RegExp[]
}

interface Watched {
  readonly page: Page
  readonly faults: string[]
}

/** One server and one browser for a suite. `site.world` writes resources and connects Envoys. */
export class ConsoleSite {
  readonly #flags: Record<string, string>
  #world: World | undefined
  #browser: Browser | undefined
  readonly #watched: Watched[] = []

  constructor(flags: Record<string, string>) {
    this.#flags = flags
  }

  get world(): World {
    return this.#world ?? assert.fail('the suite has not begun')
  }

  get origin(): string {
    return this.world.api
  }

  async start(): Promise<void> {
    this.#browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    this.#world = await World.start(this.#flags)
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
    await this.#world?.close()
  }

  /** A page of the console in a browser profile of its own; `path` without the `/console` before it. */
  async open(path: string, { expect = [], ...options }: OpenOptions = {}): Promise<Page> {
    assert.ok(this.#browser, 'the suite has not begun')
    const context = await this.#browser.newContext({ viewport: LAPTOP, reducedMotion: 'reduce', ...options })
    context.setDefaultTimeout(PAGE_DEADLINE_MS)
    const page = await context.newPage()
    this.#watch(page, expect)
    await this.#go(page, `${this.origin}/console${path}`)
    return page
  }

  /** Fails on a finding of axe that is serious or critical, and on whatever went wrong on the page until now. */
  async check(page: Page): Promise<void> {
    await page.evaluate(AXE)
    const findings = await page.evaluate<string[]>(`(${RUN_AXE})(${JSON.stringify(SERIOUS)})`)
    assert.deepEqual(findings, [], `axe on ${page.url()}`)
    this.#assertSound()
  }

  /** Keeps a picture of the page where SCREENSHOTS names a directory. */
  async shot(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
    const directory = process.env['SCREENSHOTS']
    if (directory === undefined) return
    await mkdir(directory, { recursive: true })
    await page.screenshot({ path: join(directory, `${name}.png`), fullPage })
  }

  /** After each test: nothing must have gone wrong on any page, and none stays open. */
  async settle(): Promise<void> {
    try {
      this.#assertSound()
    } finally {
      for (const { page } of this.#watched.splice(0)) await page.context().close()
    }
  }

  /** Other suites make networks, and Chromium drops what it is loading whenever this machine gets another one. */
  async #go(page: Page, url: string): Promise<void> {
    let dropped = 0
    page.on('requestfailed', (request) => {
      if (request.failure()?.errorText === NETWORK_CHANGED) dropped += 1
    })
    const go = (): Promise<unknown> =>
      page.goto(url, { waitUntil: 'load' }).catch((error: unknown) => {
        if (!String(error).includes(NETWORK_CHANGED)) throw error
      })
    for (let before = -1, tries = 0; before < dropped && tries < MOST_TRIES; tries += 1) {
      before = dropped
      await go()
    }
  }

  #assertSound(): void {
    assert.deepEqual(
      this.#watched.flatMap(({ faults }) => faults),
      [],
    )
  }

  #watch(page: Page, expected: readonly RegExp[]): void {
    const faults: string[] = []
    const fault = (text: string): void => {
      if (text.includes(NETWORK_CHANGED)) return
      if (!expected.some((pattern) => pattern.test(text))) faults.push(text)
    }
    page.on('console', (message) => {
      if (message.type() === 'error') fault(`console: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => fault(`page error: ${error.stack ?? error.message}`))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(`${this.origin}/`) && !/^(?:data|blob):/.test(url)) fault(`request to another host: ${url}`)
    })
    this.#watched.push({ page, faults })
  }
}

/** A site for the suite that calls this: it starts before its tests and ends after them. Without Chromium the suite is skipped, loudly. */
export function consoleSite(flags: Record<string, string> = {}): ConsoleSite {
  const site = new ConsoleSite(flags)
  before(async function () {
    this.timeout(LAUNCH_DEADLINE_MS)
    await access(CHROMIUM).catch((error: unknown) =>
      missing(this, 'Chromium (apt-get install chromium)', error, REQUIRE),
    )
    await buildConsole()
    await site.start()
  })
  afterEach(() => site.settle())
  after(() => site.stop())
  return site
}

const REQUIRE = 'REQUIRE_BROWSER'

/**
 * Runs in the page. Cloudscape itself gives the bar of its phone drawer an orientation that a `nav` has not: not ours to mend, so that
 * one rule is not held against that one element. Every other rule is, and the rule against every other element.
 */
const RUN_AXE = `async (serious) => {
  const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] })
  const isExcused = (id, html) => id === 'aria-allowed-attr' && /^<nav [^>]*awsui_mobile-toolbar-nav/.test(html)
  return violations
    .filter(({ impact }) => serious.includes(impact))
    .map((violation) => ({ ...violation, nodes: violation.nodes.filter(({ html }) => !isExcused(violation.id, html)) }))
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ id, impact, nodes }) => \`\${id} (\${impact}): \${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}\`)
}`
