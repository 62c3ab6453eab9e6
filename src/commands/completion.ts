import type { CHOICES } from '../choices.js';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../errors.js';

// Each asks the program itself what can follow (`__complete`), so no script grows stale. bash takes ":" and "=" for
// the ends of words; the line itself says what the words are. An answer of one tab asks for folders.
const SCRIPTS: Record<(typeof CHOICES)['bash|zsh|fish'][number], string> = {
  bash: `_codex_lmdeploy() {
  local line="\${COMP_LINE:0:COMP_POINT}" answer current piece break="" word words
  read -a words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  answer="$(command codex-lmdeploy __complete -- "\${words[@]:1}" 2>/dev/null)" || return 0
  if [[ $answer == $'\\t' ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}")
    return 0
  fi
  read piece <<<"\${COMP_WORDS[COMP_CWORD]}"
  [[ $piece == [=:] ]] && piece=""
  break="\${current%"$piece"}"
  while IFS= read -r word; do
    word="\${word#"$break"}"
    [[ $word == *[!A-Za-z0-9_./,-]* ]] && word="$(printf %q "$word")"
    [[ -n $word ]] && COMPREPLY+=("$word")
  done <<<"$answer"
  return 0
}
complete -F _codex_lmdeploy codex-lmdeploy
`,
  zsh: `#compdef codex-lmdeploy
_codex_lmdeploy() {
  local answer
  answer="$(command codex-lmdeploy __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)" || return 1
  if [[ $answer == $'\\t' ]]; then
    _files -/
  else
    local -a found=("\${(@f)answer}")
    compadd -- "\${(@)found:#}"
  fi
}
if [[ \${funcstack[1]} == _codex-lmdeploy ]]; then _codex_lmdeploy "$@"; else compdef _codex_lmdeploy codex-lmdeploy; fi
`,
  fish: `function __codex_lmdeploy
  set -l words (commandline -opc) (commandline -ct)
  set -l answer (command codex-lmdeploy __complete -- $words[2..-1] 2>/dev/null)
  if test "$answer" = \\t
    __fish_complete_directories (commandline -ct)
  else
    printf '%s\\n' $answer
  end
end
complete -c codex-lmdeploy -f -a '(__codex_lmdeploy)'
`,
};

/** `completion`: the script that a shell reads to complete this program's commands. */
export async function completion(context: Context, shell = ''): Promise<number> {
  if (!Object.hasOwn(SCRIPTS, shell))
    throw new CliError(
      'usage',
      `completion has no script for "${shell}".`,
      'codex-lmdeploy completion bash|zsh|fish',
    );
  context.stdout.write(SCRIPTS[shell as keyof typeof SCRIPTS]);
  return EXIT.done;
}
