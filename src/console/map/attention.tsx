/** What is wrong, one line each. */

export function Attention({ texts }: { readonly texts: readonly string[] }) {
  if (texts.length === 1) return <>{texts[0]}</>
  return (
    <ul className="map-list">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}
