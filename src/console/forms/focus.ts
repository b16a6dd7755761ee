/** Where to look after a form was not sent. */

/** Puts the focus into the first field below `page` that tells a problem, once it is shown. */
export function focusFirstProblem(page: HTMLElement | null): void {
  requestAnimationFrame(() => {
    const problem = page?.querySelector('[class*="awsui_error"]')
    const field = problem?.closest('[data-field]')
    field?.scrollIntoView({ block: 'center' })
    field?.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true })
  })
}
