@extends('layout')

@section('content')
    @foreach ($shows as $show)
        <a href="/shows/{{ $show->id }}">{{ $show->title }}</a>
    @endforeach
@endsection
