import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Builds the console: src/console → dist/console, served by the API listener under /console. */
export default defineConfig({
  root: 'src/console',
  base: '/console/',
  plugins: [react(), separateFonts(), compressed()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // An inline script would need a hole in the Content-Security-Policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One style sheet, loaded before anything is drawn: no page is ever seen without its styles.
    cssCodeSplit: false,
  },
})

const TEXT = /\.(js|css|html|svg|json|txt)$/
/** Less than a packet costs the same either way. */
const LEAST_BYTES = 1024

/** Puts a .br and a .gz beside each text, so that nobody compresses while somebody waits. */
function compressed(): Plugin {
  const brotli = promisify(brotliCompress)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10 }
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const names = (await readdir(dir, { recursive: true })).filter((name) => TEXT.test(name))
      await Promise.all(
        names.map(async (name) => {
          const path = join(dir, name)
          const content = await readFile(path)
          if (content.length < LEAST_BYTES) return
          await writeFile(`${path}.br`, await brotli(content, { params }))
          await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }))
        }),
      )
    },
  }
}

const FONT = /data:font\/woff2;base64,([A-Za-z0-9+/=]+)/g

/** Cloudscape's fonts stand inside its CSS, where the Content-Security-Policy forbids them and every page would wait for all of them. */
function separateFonts(): Plugin {
  return {
    name: 'separate-fonts',
    enforce: 'post',
    apply: 'build',
    // The one style sheet is there only after Vite's own plugins.
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue
          file.source = String(file.source).replaceAll(FONT, (_found, base64: string) => {
            const source = Buffer.from(base64, 'base64')
            const name = `font-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.woff2`
            this.emitFile({ type: 'asset', fileName: `assets/${name}`, source })
            return name
          })
        }
      },
    },
  }
}
