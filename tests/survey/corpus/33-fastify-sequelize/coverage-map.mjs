export default (file) => file.replace(/^test/, 'src')
