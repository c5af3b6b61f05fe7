/** The completion of hca for zsh. */
export const ZSH_SCRIPT = `#compdef hca
# zsh completion of hca. To install it, add these lines to ~/.zshrc:
#   autoload -Uz compinit && compinit
#   source <(hca completions zsh)

_hca() {
  local -a args items
  local at line value
  for ((at = 2; at < CURRENT; at++)); do
    args+=("--word=\${(Q)words[at]}")
  done
  args+=("--word=\${(Q)PREFIX}")
  for line in "\${(@f)$(hca __complete --shell zsh "\${args[@]}" 2>/dev/null)}"; do
    value="\${line%%$'\\t'*}"
    case "$value" in
      '') ;;
      :path)
        compset -p \${#line#*$'\\t'}
        _files
        return
        ;;
      :directory)
        compset -p \${#line#*$'\\t'}
        _files -/
        return
        ;;
      *) items+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  ((\${#items})) && _describe -V -t hca hca items
}

if [[ "\${funcstack[1]}" == _hca ]]; then
  _hca "$@"
else
  compdef _hca hca
fi
`;
