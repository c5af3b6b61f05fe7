/** The completion of hca for bash 4 and later. */
export const BASH_SCRIPT =
  `# bash completion of hca. To install it, add this line to ~/.bashrc:
#   source <(hca completions bash)

_hca_complete() {
  local rest="\${COMP_LINE:0:COMP_POINT}" words=() args=() at piece trimmed
  # bash splits at = : and @ too; pieces that touch each other are one word.
  for ((at = 0; at <= COMP_CWORD; at++)); do
    trimmed="\${rest#"\${rest%%[![:space:]]*}"}"
    piece="\${COMP_WORDS[at]}"
    ((at == COMP_CWORD)) && piece="$trimmed"
    if ((at > 0)) && [[ "$trimmed" == "$rest" ]]; then
      words[\${#words[@]} - 1]+="$piece"
    else
      words+=("$piece")
    fi
    rest="\${trimmed#"$piece"}"
  done
  for ((at = 1; at < \${#words[@]}; at++)); do
    args+=("--word=\${words[at]}")
  done

  # What bash replaces begins after the last = or :.
  local current="\${words[\${#words[@]} - 1]}" mark kept tail
  tail="$current"
  for mark in = :; do
    [[ "$COMP_WORDBREAKS" == *"$mark"* ]] && tail="\${tail##*"$mark"}"
  done
  kept="\${current%"$tail"}"

  local value description quoted
  COMPREPLY=()
  while IFS=$'\\t' read -r value description; do
    case "$value" in
      :path | :directory)
        _hca_complete_path "$value" "$description" "$current"
        return
        ;;
    esac
    printf -v quoted '%q' "\${value#"$kept"}"
    COMPREPLY+=("$quoted")
  done < <(hca __complete --shell bash "\${args[@]}" 2>/dev/null)
}

# $1 kind, $2 what stands before the path in the word, $3 the word.
_hca_complete_path() {
  if [[ "$2" != *@ ]]; then
    if [[ "$1" == :directory ]]; then
      compopt -o dirnames
    else
      compopt -o default
    fi
    return
  fi
  # bash takes @ for the start of a host name, so the paths are found here.
  local path
  while IFS= read -r path; do
    [[ -d "$path" ]] && path+=/ && compopt -o nospace
    printf -v path '%q' "$path"
    COMPREPLY+=("@$path")
  done < <(compgen -f -- "\${3#"$2"}")
}

complete -F _hca_complete hca
`;
