# bash completion for shelfctl
complete -W "add serve" shelfctl
