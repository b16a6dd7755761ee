/** What the shells run: each asks `meshkeeper __complete` for the words that may stand where the cursor is. */

export const SCRIPTS = {
  bash: `# meshkeeper completion for bash: source <(meshkeeper completion bash)
_meshkeeper() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    case $word in
      :files) compopt -o default ;;
      *) COMPREPLY+=("$(printf '%q' "$word")") ;;
    esac
  done < <(meshkeeper __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _meshkeeper meshkeeper
`,
  zsh: `#compdef meshkeeper
# meshkeeper completion for zsh: source <(meshkeeper completion zsh), or save it as _meshkeeper in a directory of $fpath
_meshkeeper() {
  local -a words_here
  local word files
  while IFS= read -r word; do
    if [[ $word == ':files' ]]; then files=1; else words_here+=("$word"); fi
  done < <(meshkeeper __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#words_here} )) && compadd -a words_here
  [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _meshkeeper ]]; then _meshkeeper "$@"; else compdef _meshkeeper meshkeeper; fi
`,
  fish: `# meshkeeper completion for fish: meshkeeper completion fish > ~/.config/fish/completions/meshkeeper.fish
function __meshkeeper_complete
  set -l words (commandline -opc) (commandline -ct)
  for word in (meshkeeper __complete -- $words[2..-1] 2>/dev/null)
    if test "$word" = ':files'
      __fish_complete_path (commandline -ct)
    else
      echo $word
    end
  end
end
complete -c meshkeeper -f -a '(__meshkeeper_complete)'
`,
} as const

export type Shell = keyof typeof SCRIPTS
