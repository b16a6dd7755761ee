/**
 * Every expectation was checked with google-re2, in UTF-8 (as older Envoys) and in Latin-1 (as 1.40, which matches bytes), and with the program
 * size that Envoy 1.40 tells. Stricter than both: (?<name>…), which older RE2 does not know.
 */
import assert from 'node:assert/strict'
import { checkRegex } from '../../../src/model/rules/regex.js'

const reason = (pattern: string) =>
  checkRegex(pattern, 'p')[0]?.message.replace('must be a regular expression that RE2 accepts: ', '')

describe('regular expressions', () => {
  const accepted = [
    '/items/[0-9]+',
    '/(v1|v2)/.*',
    '(?i)/api',
    '(?i:a)b',
    '(?i-s:a)',
    '(?-i)a',
    '(?)a',
    '(?P<id>[^/]+)',
    'a*?b+?c??d{2}?',
    'a{2,}',
    'a{0,498}',
    'a{996}',
    'a{,3}',
    'a{',
    '}',
    ']',
    '|a|',
    '()',
    '^*',
    '\\d\\D\\s\\S\\w\\W\\b\\B\\A\\z',
    '\\.\\/\\-\\_\\ ',
    '\\a\\f\\n\\r\\t\\v\\0\\077\\12\\x41\\x{ff}\\377',
    '\\p{Greek}\\pL\\PN\\p{^Lu}',
    '\\Qa*(\\Eb',
    '\\Q',
    '[]a]',
    '[^]a]',
    '[a-]',
    '[-a]',
    '[a-z\\d\\pL[:alpha:][:^digit:]\\]\\-]',
    '[[:x]',
    '[é-ü]',
    '😀+',
    '[😀-😂]',
    '(a{10}){99}',
    '(a{996}|b{996})',
    '.{0,255}',
    '[^/]{1,100}/[^/]{1,100}',
    '(){10}',
    'a(?i)*',
  ]
  for (const pattern of accepted) {
    it(`${pattern} is accepted`, () => assert.equal(reason(pattern), undefined))
  }

  const refused: [string, string][] = [
    ['/a(?=b)', 'lookahead is not supported'],
    ['/a(?!b)', 'lookahead is not supported'],
    ['(?<=a)b', 'lookbehind is not supported'],
    ['(?<!a)b', 'lookbehind is not supported'],
    ['(?<id>a)', 'a named group is written (?P<name>…)'],
    ['(?>a)', 'atomic groups are not supported'],
    ['(?#note)', 'comments are not supported'],
    ['(?(1)a|b)', 'conditions are not supported'],
    ['(?P<n>a)(?P=n)', 'backreferences are not supported'],
    ['(?P<n>a)(?P<n>b)', 'the group name n is used twice'],
    ['(?x)a', 'a group begins with (? in an unknown way'],
    ['(?-)a', 'a group begins with (? in an unknown way'],
    ['(a)\\1', 'backreferences are not supported'],
    ['\\k<n>', 'backreferences are not supported'],
    ['a++', '+ repeats a repetition; possessive quantifiers are not supported'],
    ['a**', '* repeats a repetition; possessive quantifiers are not supported'],
    ['a{2}{3}', '{3} repeats a repetition; possessive quantifiers are not supported'],
    ['*a', '* has nothing to repeat'],
    ['(*a)', '* has nothing to repeat'],
    ['a|+', '+ has nothing to repeat'],
    ['{2}', '{2} has nothing to repeat'],
    ['a{3,2}', '{3,2} has its bounds in the wrong order'],
    ['a{1001}', '{1001} repeats more than 1000 times'],
    ['a{1,1001}', '{1,1001} repeats more than 1000 times'],
    ['a{1001,}', '{1001,} repeats more than 1000 times'],
    ['a{997}', 'it compiles to 1001 instructions or more, and 1000 are allowed'],
    ['a{0,499}', 'it compiles to 1002 instructions or more, and 1000 are allowed'],
    ['(a{10}){100}', 'it compiles to 1004 instructions or more, and 1000 are allowed'],
    ['a|(b{500}){2}|c', 'it compiles to 1004 instructions or more, and 1000 are allowed'],
    ['a{498}b{499,}', 'it compiles to 1002 instructions or more, and 1000 are allowed'],
    ['((){100}){100}', 'it compiles to 10004 instructions or more, and 1000 are allowed'],
    ['\\x{100}', '\\x{100} is more than a byte, and Envoy matches bytes'],
    ['\\400', '\\400 is more than a byte, and Envoy matches bytes'],
    ['[\\x{1F600}]', '\\x{1F600} is more than a byte, and Envoy matches bytes'],
    ['\\p{Foo}', '\\p{Foo} is not a known class'],
    ['[\\pJ]', '\\pJ is not a known class'],
    ['\\p{Cn}', '\\p{Cn} is not a known class'],
    ['(a', 'a parenthesis is not closed'],
    ['a)', 'a closing parenthesis has no opening one'],
    ['[a', 'a bracket is not closed'],
    ['[]', 'a bracket is not closed'],
    ['[z-a]', 'the range z-a is in the wrong order'],
    ['[\\xff-\\x41]', 'the range \\xff-\\x41 is in the wrong order'],
    ['[\\t-\\0]', 'the range \\t-\\0 is in the wrong order'],
    ['[[:foo:]]', '[:foo:] is not a known class'],
    ['[\\b]', '\\b is not a known escape'],
    ['[a-\\d]', '\\d is not a known escape'],
    ['a\\', 'it ends with a backslash'],
    ['\\Z', '\\Z is not a known escape'],
    ['\\u0041', '\\u is not a known escape'],
    ['\\xg', '\\x is not a known escape'],
    ['\\é', '\\é is not a known escape'],
    ['\\😀', '\\😀 is not a known escape'],
  ]
  for (const [pattern, why] of refused) {
    it(`${pattern} is refused`, () => assert.equal(reason(pattern), why))
  }
})
