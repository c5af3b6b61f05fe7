/** The completion of hca for fish 3 and later. */
export const FISH_SCRIPT = `# fish completion of hca. To install it:
#   hca completions fish > ~/.config/fish/completions/hca.fish

function __hca_complete
    set -l current (commandline -ct)
    set -l words (commandline -opc)
    set -e words[1]
    set -l lines (hca __complete --shell fish --word=$words --word="$current" 2>/dev/null)
    set -l first (string split -m 1 \\t -- "$lines[1]")
    switch "$first[1]"
        case :path :directory
            set -l start (math 1 + (string length -- "$first[2]"))
            set -l path (string sub --start $start -- "$current")
            set -l found
            if test "$first[1]" = :directory
                set found (__fish_complete_directories "$path" '')
            else
                set found (__fish_complete_path "$path")
            end
            for line in $found
                printf '%s\\n' "$first[2]$line"
            end
        case '*'
            printf '%s\\n' $lines
    end
end

complete -c hca -f -k -a '(__hca_complete)'
`;
