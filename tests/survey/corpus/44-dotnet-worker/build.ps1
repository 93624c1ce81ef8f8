#!/usr/bin/env pwsh
# Everything CI does: ./build.ps1 [-Configuration Debug]
param([string]$Configuration = "Release")

dotnet build -c $Configuration
dotnet test -c $Configuration --no-build
