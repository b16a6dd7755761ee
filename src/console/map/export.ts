/** Gives the map to the person as a file: SVG as it is, PNG drawn from it. */
import { buildMapSvg, type MapPicture, type SvgImage } from '../data/map-svg.js'

export type PictureFormat = 'svg' | 'png'

/** Pixels for each unit, so that text stays sharp. */
const PNG_SCALE = 2
/** What browsers are sure to draw, in pixels a side and altogether. */
const LONGEST_SIDE = 16_000
const MOST_PIXELS = 120_000_000

/** Downloads the picture as NAME.svg or NAME.png. Throws when the browser cannot draw it. */
export async function exportMap(picture: MapPicture, format: PictureFormat, name: string): Promise<void> {
  const image = buildMapSvg(picture)
  const svg = new Blob([image.svg], { type: 'image/svg+xml' })
  download(format === 'svg' ? svg : await drawPng(svg, image), `${name}.${format}`)
}

async function drawPng(svg: Blob, { width, height }: SvgImage): Promise<Blob> {
  const scale = Math.min(
    PNG_SCALE,
    LONGEST_SIDE / width,
    LONGEST_SIDE / height,
    Math.sqrt(MOST_PIXELS / (width * height)),
  )
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const url = URL.createObjectURL(svg)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  } finally {
    URL.revokeObjectURL(url)
  }
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!png) throw new Error('The browser could not draw the picture. Export SVG instead.')
  return png
}

function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the data by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
