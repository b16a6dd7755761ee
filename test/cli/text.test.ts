import assert from 'node:assert/strict'
import { formatAge, formatTable, indent, printable } from '../../src/cli/text.js'

describe('text for terminals', () => {
  it('pads columns and leaves no blanks at the end of a line', () =>
    assert.equal(
      formatTable([
        ['NAME', 'AGE', 'X'],
        ['a-long-name', '1', ''],
      ]),
      'NAME         AGE  X\na-long-name  1\n',
    ))

  it('pads by what a terminal shows, not by code units', () =>
    assert.equal(
      formatTable([
        ['NAME', 'X'],
        ['größe', '1'],
        ['e\u0301\u0302', '2'],
        ['\u4e2d\u6587', '3'],
        ['\u{1f600}', '4'],
      ]),
      'NAME   X\ngröße  1\ne\u0301\u0302      2\n\u4e2d\u6587   3\n\u{1f600}     4\n',
    ))

  it('keeps every row on its line', () =>
    assert.equal(formatTable([['a\nb', '\u001b[31mred']]), 'a\\u000ab  \\u001b[31mred\n'))

  const ages = [
    [0, '0s'],
    [999, '0s'],
    [119_999, '119s'],
    [120_000, '2m'],
    [7_199_999, '119m'],
    [7_200_000, '2h'],
    [172_799_999, '47h'],
    [172_800_000, '2d'],
    [864_000_000, '10d'],
  ] as const
  for (const [millis, expect] of ages) it(`${millis} ms are ${expect}`, () => assert.equal(formatAge(millis), expect))

  it('shows control characters instead of obeying them', () => {
    assert.equal(printable('plain é\nline'), 'plain é\nline')
    assert.equal(printable('\u001b]0;x\u0007\r\u009b\u202e'), '\\u001b]0;x\\u0007\\u000d\\u009b\\u202e')
  })

  it('indents lines', () => assert.equal(indent('a\n\nb'), '  a\n\n  b'))
})
