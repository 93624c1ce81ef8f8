-- highlights hops in Neovim
vim.filetype.add({ extension = { hops = 'hops' } })
