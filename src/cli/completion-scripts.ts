/**
 * What a shell runs to complete the program's arguments, by the shell. What was typed goes to the program as words and is
 * never evaluated: a redirection or `$(…)` in a line that is not finished must do nothing.
 */
export const completionScripts = {
  /** Bash breaks words at `=`, `:` and `@`, too; the program gets them whole. A Mac's Bash 3.2 runs it, too. */
  bash: `# bash completion for tallystick

_tallystick() {
  local line word last=-1 words=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ $last -ge 0 && -n $word && ( $word == [=:@]* || \${words[last]} == *[=:@] ) ]]; then
      words[last]+=$word
    else
      words[++last]=$word
    fi
  done
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line == :* ]] || COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(tallystick complete -- "\${words[@]}" 2>/dev/null)
}

complete -F _tallystick tallystick
`,

  zsh: `#compdef tallystick
# zsh completion for tallystick

_tallystick() {
  local line
  local -a found
  while IFS= read -r line; do
    [[ $line == :* ]] || found+=("\${\${line%$'\\t'}/$'\\t'/:}")
  done < <(tallystick complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  compset -P '--*='
  _describe tallystick found
}

# Found in fpath it is the function itself; sourced it says what it completes.
if [[ \${funcstack[1]} == _tallystick ]]; then
  _tallystick
else
  compdef _tallystick tallystick
fi
`,
} as const;
